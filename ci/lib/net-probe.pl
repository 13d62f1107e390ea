# perl net-probe.pl HOST:PORT...: for each, in order, whether a peer (net-peer.pl) answers there: "open", or "closed".
use strict;
use warnings;
use IO::Socket::INET;

my @readers;
for my $peer (@ARGV) {
    pipe(my $reader, my $writer) or die;
    if (!fork) {
        my $socket = IO::Socket::INET->new(PeerAddr => $peer, Timeout => 10);
        $SIG{ALRM} = 'DEFAULT';
        alarm 20;
        my $line = $socket ? <$socket> : undef;
        print {$writer} $peer, ($line // '') eq "answer\n" ? " open\n" : " closed\n";
        exit;
    }
    close $writer;
    push @readers, [$peer, $reader];
}
for my $each (@readers) {
    my $said = readline $each->[1];
    print $said // "$each->[0] closed\n";
}
