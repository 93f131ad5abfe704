// Addresses at which cloud hosts tell their secrets to whatever runs on them. Nothing is sent there, whoever names them: a URL is the classic
// way to make a server ask in somebody's stead (server-side request forgery).

import { BlockList, isIP } from 'node:net'

/** Where such a service is known to answer. */
const SERVICES = new BlockList()
// AWS, Azure, Google and most others; containers of AWS.
SERVICES.addAddress('169.254.169.254', 'ipv4')
SERVICES.addAddress('169.254.170.2', 'ipv4')
SERVICES.addAddress('169.254.170.23', 'ipv4')
// Alibaba; Azure's host agent; Oracle's older hosts.
SERVICES.addAddress('100.100.100.200', 'ipv4')
SERVICES.addAddress('168.63.129.16', 'ipv4')
SERVICES.addAddress('192.0.0.192', 'ipv4')
// AWS and Google over IPv6.
SERVICES.addAddress('fd00:ec2::254', 'ipv6')
SERVICES.addAddress('fd20:ce::254', 'ipv6')

/** Where one may answer as well: all link-local addresses. */
const LINK_LOCAL = new BlockList()
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4')
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6')
// The same as a NAT64 or 6to4 gateway spells it; that spelling as a mapped address the list knows by itself.
LINK_LOCAL.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
LINK_LOCAL.addSubnet('2002:a9fe::', 32, 'ipv6')

/**
 * Whether an IP address is one of a cloud's metadata service.
 *
 * @param address - IPv4 or IPv6, without brackets, with or without a zone; anything else is none
 */
export function isMetadataAddress(address: string): boolean {
  return isMetadataService(address) || isIn(LINK_LOCAL, address)
}

/** The same for peers: they also meet on link-local addresses, where a cable is all the network there is. */
export function isMetadataService(address: string): boolean {
  return isIn(SERVICES, address)
}

function isIn(list: BlockList, address: string): boolean {
  const [host = ''] = address.split('%')
  const family = isIP(host)
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
