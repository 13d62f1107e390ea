# perl net-peer.pl PORT LOG [DNS-ANSWER]: a peer that would answer whoever reaches it. Every TCP connection gets one line,
# "answer"; every UDP packet is written to LOG, with its sender; on port 53 of UDP, names are found to be DNS-ANSWER.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($port, $log, $found) = @ARGV;
my $tcp = IO::Socket::INET->new(LocalPort => $port, Listen => 64, ReuseAddr => 1) or die "port $port: $!\n";
my $udp = IO::Socket::INET->new(LocalPort => $port, Proto => 'udp') or die "port $port: $!\n";
my $select = IO::Select->new($tcp, $udp);
my $names;
if ($found) {
    $names = IO::Socket::INET->new(LocalPort => 53, Proto => 'udp') or die "port 53: $!\n";
    $select->add($names);
}
open(my $out, '>>', $log) or die "$log: $!\n";
$out->autoflush(1);
print {$out} "ready\n";
while (my @ready = $select->can_read) {
    for my $socket (@ready) {
        if ($socket == $tcp) {
            my $client = $tcp->accept or next;
            print {$out} "tcp ", $client->peerhost, "\n";
            print {$client} "answer\n";
            close $client;
            next;
        }
        my $from = $socket->recv(my $packet, 2048) or next;
        my ($from_port, $address) = sockaddr_in($from);
        if ($names && $socket == $names) {
            my ($question) = substr($packet, 12) =~ /\A((?:[\x01-\x3f].*?)*?\0..\0\x01)/s;
            next unless defined $question;
            my $is_a = substr($question, -4, 2) eq "\0\x01";
            $socket->send(substr($packet, 0, 2) . "\x81\x80\0\x01\0" . ($is_a ? "\x01" : "\0") . "\0\0\0\0" . $question
                    . ($is_a ? "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04" . inet_aton($found) : ''), 0, $from);
        } else {
            print {$out} 'udp ', inet_ntoa($address), " $packet\n";
        }
    }
}
