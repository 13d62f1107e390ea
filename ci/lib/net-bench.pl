# perl net-bench.pl sink PORT: takes what is sent, and says how many bytes that were.
# perl net-bench.pl send HOST:PORT SECONDS: prints the throughput in Mbit/s (as the sink counts it), and connections a second.
use strict;
use warnings;
use IO::Socket::INET;
use Time::HiRes 'time';

sub sink {
    my $server = IO::Socket::INET->new(LocalPort => $_[0], Listen => 128, ReuseAddr => 1) or die "port $_[0]: $!\n";
    $SIG{CHLD} = 'IGNORE';
    while (1) {
        my $client = $server->accept or next;
        next if fork;
        my ($bytes, $n) = (0, 0);
        $bytes += $n while $n = sysread $client, my $block, 1 << 18;
        print {$client} "$bytes\n";
        exit;
    }
}

sub connection { IO::Socket::INET->new(PeerAddr => $_[0], Timeout => 20) or die "$_[0]: $!\n" }

sub send_for {
    my ($peer, $seconds) = @_;
    my ($socket, $block, $start) = (connection($peer), "\0" x (1 << 16), time);
    while (time - $start < $seconds) { syswrite $socket, $block or die "$!\n" }
    $socket->shutdown(1);
    my $bytes = <$socket>;
    my $took = time - $start;
    my ($count, $begin) = (0, time);
    while (time - $begin < $seconds) { close connection($peer); $count++ }
    printf "%.1f Mbit/s %.0f connections/s\n", $bytes * 8 / $took / 1e6, $count / (time - $begin);
}

my $mode = shift;
$mode eq 'sink' ? sink(@ARGV) : send_for(@ARGV);
