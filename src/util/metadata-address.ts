// Addresses at which cloud hosts tell their secrets to whatever runs on them. Nothing that a caller or a configuration names may be
// sent there: a URL is the classic way to make a server ask in somebody's stead.

import { BlockList, isIP } from 'node:net'

const ADDRESSES = new BlockList()
// Link-local: AWS, Azure, Google and most others answer at 169.254.169.254, containers of AWS at 169.254.170.2 and .23.
ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4')
ADDRESSES.addSubnet('fe80::', 10, 'ipv6')
// The same as a NAT64 or 6to4 gateway spells it; that spelling as a mapped address the list knows by itself.
ADDRESSES.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
ADDRESSES.addSubnet('2002:a9fe::', 32, 'ipv6')
// Alibaba; Azure's host agent; Oracle's older hosts.
ADDRESSES.addAddress('100.100.100.200', 'ipv4')
ADDRESSES.addAddress('168.63.129.16', 'ipv4')
ADDRESSES.addAddress('192.0.0.192', 'ipv4')
// AWS and Google over IPv6.
ADDRESSES.addAddress('fd00:ec2::254', 'ipv6')
ADDRESSES.addAddress('fd20:ce::254', 'ipv6')

/**
 * Whether an IP address is one of a cloud's metadata service.
 *
 * @param address - IPv4 or IPv6, without brackets, with or without a zone; anything else is none
 */
export function isMetadataAddress(address: string): boolean {
  const [host = ''] = address.split('%')
  const family = isIP(host)
  return family !== 0 && ADDRESSES.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
