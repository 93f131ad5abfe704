# One end of a wire: makes a network card in the namespace it runs in, and carries its Ethernet frames over stdin and stdout, each behind
# two bytes of length. Perl, because Node cannot open a card itself and Debian has perl-base on every system. An empty frame says that the
# card is there. Ends, and with it the card and a namespace that nobody else holds, when stdin ends.
use strict;
use warnings;
use Fcntl qw(O_RDWR);

# linux/if_tun.h: an Ethernet card, and no header of its own before each frame.
my ($TUNSETIFF, $IFF_TAP, $IFF_NO_PI) = (0x400454ca, 0x0002, 0x1000);
my $FRAME_BYTES_MAX = 65_535;

my ($name) = @ARGV;
sysopen(my $card, '/dev/net/tun', O_RDWR) or die "/dev/net/tun cannot be opened: $!\n";
ioctl($card, $TUNSETIFF, pack('a16 S x22', $name, $IFF_TAP | $IFF_NO_PI)) or die "The card cannot be made: $!\n";
send_out('');

my $received = '';
while (1) {
  my $readable = '';
  vec($readable, fileno($card), 1) = 1;
  vec($readable, fileno(STDIN), 1) = 1;
  next if select($readable, undef, undef, undef) < 0;
  if (vec($readable, fileno($card), 1)) {
    my $length = sysread($card, my $frame, $FRAME_BYTES_MAX);
    send_out($frame) if $length;
  }
  if (vec($readable, fileno(STDIN), 1)) {
    exit unless sysread(STDIN, $received, $FRAME_BYTES_MAX, length $received);
    while (length $received >= 2) {
      my $length = unpack('n', $received);
      last if length $received < 2 + $length;
      # A card that is down loses it, as a real one does.
      syswrite($card, substr($received, 2, $length));
      substr($received, 0, 2 + $length, '');
    }
  }
}

sub send_out {
  my $bytes = pack('n/a*', @_);
  while (length $bytes) {
    my $written = syswrite(STDOUT, $bytes);
    exit unless defined $written;
    substr($bytes, 0, $written, '');
  }
}
