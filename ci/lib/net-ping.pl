# perl net-ping.pl HOST: whether HOST answers a ping within two seconds. As root.
use strict;
use warnings;
use Socket;

my ($host) = @ARGV;
socket(my $socket, PF_INET, SOCK_RAW, getprotobyname('icmp') // 1) or die "socket: $!\n";
my $echo = pack('C2 n3 a8', 8, 0, 0, $$ & 0xffff, 1, 'nofear!!');
my $sum = 0;
$sum += $_ for unpack('n*', $echo);
$sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16;
substr($echo, 2, 2) = pack('n', ~$sum & 0xffff);
send($socket, $echo, 0, pack_sockaddr_in(0, inet_aton($host))) or exit 1;
$SIG{ALRM} = sub { exit 1 };
alarm 2;
while (my $from = recv($socket, my $packet, 2048, 0)) {
    my ($type, undef, undef, $id) = unpack('C2 n2', substr($packet, 20));
    exit 0 if $type == 0 && $id == ($$ & 0xffff) && inet_ntoa((sockaddr_in($from))[1]) eq $host;
}
