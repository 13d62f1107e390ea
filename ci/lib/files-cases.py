#!/usr/bin/env python3
"""Does to files in a directory what programs do to files, and says what came of it: a line a case, the same on every good file system.

    files-cases.py DIRECTORY

Numbers that must differ between two places (inodes, devices, times of now) are never in a line.
"""
import errno, fcntl, mmap, os, random, socket, stat, struct, subprocess, sys

top = sys.argv[1]
os.chdir(top)
os.umask(0o022)
number = 0


def said(name, what):
    global number
    number += 1
    print(f"{name}: {what}")


def tried(act):
    """The result, or the error's name."""
    try:
        result = act()
        return "ok" if result is None else result
    except OSError as error:
        return errno.errorcode.get(error.errno, error.errno)
    except BlockingIOError:
        return "EAGAIN"


def case(name, act):
    said(name, tried(act))


def put(name, text="content"):
    with open(name, "w") as file:
        file.write(text)


def get(name):
    with open(name, "rb") as file:
        return file.read()


def fresh(kind, name):
    if os.path.isdir(name) and not os.path.islink(name):
        os.chmod(name, 0o755)
    subprocess.run(["rm", "-rf", name])
    if kind == "file":
        put(name)
    elif kind == "directory":
        os.mkdir(name)
    elif kind == "full directory":
        os.mkdir(name)
        put(name + "/inside")
    elif kind == "link":
        os.symlink("nowhere", name)
    elif kind == "fifo":
        os.mkfifo(name)
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(name)


kinds = ["file", "directory", "full directory", "link", "fifo", "socket", "nothing"]
operations = {
    "open to read": lambda n: os.close(os.open(n, os.O_RDONLY | os.O_NONBLOCK)),
    "open to write": lambda n: os.close(os.open(n, os.O_WRONLY | os.O_NONBLOCK)),
    "create": lambda n: os.close(os.open(n, os.O_CREAT | os.O_RDWR | os.O_NONBLOCK)),
    "create exclusively": lambda n: os.close(os.open(n, os.O_CREAT | os.O_EXCL | os.O_RDWR)),
    "open as directory": lambda n: os.close(os.open(n, os.O_DIRECTORY)),
    "open without following": lambda n: os.close(os.open(n, os.O_NOFOLLOW | os.O_NONBLOCK)),
    "stat": lambda n: oct(os.lstat(n).st_mode),
    "links": lambda n: os.lstat(n).st_nlink if not stat.S_ISDIR(os.lstat(n).st_mode) else "directory",
    "unlink": os.unlink,
    "rmdir": os.rmdir,
    "mkdir": os.mkdir,
    "mkfifo": os.mkfifo,
    "symlink": lambda n: os.symlink("x", n),
    "readlink": os.readlink,
    "truncate": lambda n: os.truncate(n, 3),
    "chmod": lambda n: (os.chmod(n, 0o640), oct(os.stat(n).st_mode))[1],
    "link": lambda n: (os.link(n, "linked", follow_symlinks=False), os.unlink("linked"))[1],
    "list": lambda n: sorted(os.listdir(n)),
    "look below": lambda n: os.stat(n + "/x"),
    "look up": lambda n: stat.S_ISDIR(os.stat(n + "/..").st_mode),
    "times": lambda n: (os.utime(n, ns=(1, 2)), os.stat(n).st_mtime_ns)[1],
    "a link's times": lambda n: (os.utime(n, ns=(3, 4), follow_symlinks=False), os.lstat(n).st_mtime_ns)[1],
    "attribute": lambda n: (os.setxattr(n, "user.a", b"v"), os.getxattr(n, "user.a"))[1],
}
for kind in kinds:
    for name, act in operations.items():
        fresh(kind, "it")
        case(f"{name} of {kind}", lambda: act("it"))
for source in kinds:
    for target in kinds:
        fresh(source, "from")
        fresh(target, "to")
        case(f"rename of {source} over {target}", lambda: (os.rename("from", "to"), oct(os.lstat("to").st_mode))[1])
for name in ("it", "from", "to"):
    fresh("nothing", name)


# --- unlinked and still open
def unlinked():
    fd = os.open("gone", os.O_RDWR | os.O_CREAT, 0o600)
    os.write(fd, b"0123456789")
    os.unlink("gone")
    return fd


fd = unlinked()
case("ftruncate of an unlinked file", lambda: os.ftruncate(fd, 5))
case("fstat", lambda: (os.fstat(fd).st_size, os.fstat(fd).st_nlink))
case("fchmod", lambda: os.fchmod(fd, 0o644))
case("mmap", lambda: bytes(mmap.mmap(fd, 5)[:]))
case("reopen", lambda: os.close(os.open(f"/proc/self/fd/{fd}", os.O_RDONLY)))
case("pread", lambda: os.pread(fd, 10, 0))
os.close(fd)


# --- space
def allocate(mode, offset, length):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.fallocate(fd, mode, ctypes.c_long(offset), ctypes.c_long(length)) < 0:
        raise OSError(ctypes.get_errno(), "fallocate")


fd = os.open("space", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
case("posix_fallocate", lambda: (os.posix_fallocate(fd, 0, 1 << 20), os.fstat(fd).st_size)[1])
os.pwrite(fd, b"x" * 65536, 0)
case("punch a hole", lambda: (allocate(3, 4096, 8192), os.pread(fd, 2, 4095))[1])
case("keep the size", lambda: (allocate(1, 0, 1 << 21), os.fstat(fd).st_size)[1])
os.ftruncate(fd, 0)
os.ftruncate(fd, 1 << 20)
os.pwrite(fd, b"end", (1 << 20) - 3)
case("seek data", lambda: os.lseek(fd, 0, os.SEEK_DATA) >= (1 << 20) - 65536)
case("seek hole", lambda: os.lseek(fd, 0, os.SEEK_HOLE))
case("seek data after the end", lambda: os.lseek(fd, 1 << 21, os.SEEK_DATA))
case("a sparse file is small", lambda: os.fstat(fd).st_blocks < 1024)
case("pwrite far out", lambda: (os.pwrite(fd, b"z", 1 << 33), os.fstat(fd).st_size)[1])
case("copy_file_range", lambda: (os.copy_file_range(fd, fd, 3, (1 << 20) - 3, 0), os.pread(fd, 3, 0)))
case("O_TMPFILE", lambda: os.close(os.open(".", os.O_TMPFILE | os.O_RDWR)))
os.close(fd)
os.unlink("space")


def named_later():
    fd = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
    os.write(fd, b"later")
    os.link(f"/proc/self/fd/{fd}", "later", follow_symlinks=True)
    os.close(fd)
    return get("later")


case("O_TMPFILE that gets a name", named_later)


# --- rename
def renameat2(old, new, flags):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(-100, old.encode(), -100, new.encode(), flags) < 0:
        raise OSError(ctypes.get_errno(), "renameat2")


put("a", "A")
put("b", "B")
case("exchange", lambda: (renameat2("a", "b", 2), get("a"), get("b"))[1:])
case("no replace", lambda: renameat2("a", "b", 1))
os.makedirs("deep/er")
case("a directory into itself", lambda: os.rename("deep", "deep/er/x"))
fd = os.open("a", os.O_RDWR)
os.rename("b", "a")
case("an open file that was renamed over", lambda: (os.pread(fd, 9, 0), os.fstat(fd).st_nlink))
os.close(fd)
case("a hard link is the same file", lambda: (os.link("a", "c"), os.path.samefile("a", "c"), os.stat("a").st_nlink)[1:])


# --- times and modes
for seconds in (-1, -2**31 + 1, 0, 2**31 - 1, 2**31 + 5):
    case(f"time {seconds}", lambda: (os.utime("a", ns=(seconds * 10**9 + 1, seconds * 10**9 + 123456789)), os.stat("a").st_mtime_ns, os.stat("a").st_atime_ns)[1:])
case("cp -p keeps times", lambda: (subprocess.run(["cp", "-p", "a", "copy"]), os.stat("a").st_mtime_ns == os.stat("copy").st_mtime_ns)[1])
for mode in (0o000, 0o400, 0o777, 0o1777):
    case(f"chmod {mode:o}", lambda: (os.chmod("a", mode), oct(os.stat("a").st_mode))[1])
os.chmod("a", 0o000)
case("a file without rights", lambda: os.open("a", os.O_RDONLY))
os.chmod("a", 0o644)
os.mkdir("closed")
put("closed/in")
case("below a directory without rights", lambda: (os.chmod("closed", 0), os.stat("closed/in"))[1])
os.chmod("closed", 0o755)
case("chown to oneself", lambda: os.chown("a", os.getuid(), os.getgid()))
case("chown to another", lambda: os.chown("a", 12345, -1))
case("ctime moves", lambda: (os.stat("a").st_ctime_ns, os.chmod("a", 0o600), os.stat("a").st_ctime_ns)[2] > 0)
for mask in (0o000, 0o077):
    os.umask(mask)
    case(f"umask {mask:o}", lambda: (os.close(os.open(f"m{mask}", os.O_CREAT | os.O_WRONLY, 0o666)), oct(os.stat(f"m{mask}").st_mode))[1])
    case(f"umask {mask:o} of a directory", lambda: (os.mkdir(f"d{mask}"), oct(os.stat(f"d{mask}").st_mode))[1])
os.umask(0o022)


# --- names
for name in (b"n" * 255, b"n" * 256, b"latin-\xe9", b"new\nline", b" ", b"-x", "ü€𝄞".encode(), b"a,b=c:ro"):
    case(f"name {name[:12]!r}", lambda: (open(name, "w").close(), name in os.listdir(b"."), os.unlink(name))[1])
case("a path that is too long", lambda: os.stat("x/" * 3000))
case("a loop of links", lambda: (os.symlink("loop2", "loop1"), os.symlink("loop1", "loop2"), os.stat("loop1"))[2])
case("a long link", lambda: (os.symlink("t" * 4000, "long"), len(os.readlink("long")))[1])
os.makedirs("many")
for i in range(2000):
    put(f"many/{i}", "")
case("two thousand files", lambda: len(os.listdir("many")))


def removed_while_listed():
    with os.scandir("many") as entries:
        for entry in entries:
            os.unlink(entry.path)
    return os.listdir("many")


case("removed while they are listed", removed_while_listed)


# --- attributes
case("attributes are listed", lambda: (os.setxattr("a", "user.x", b"1"), os.setxattr("a", "user.y", b"\0\xff" * 100), [n for n in sorted(os.listxattr("a")) if n.startswith("user.")])[2])
case("and removed", lambda: (os.removexattr("a", "user.x"), os.getxattr("a", "user.x")))
case("created only", lambda: os.setxattr("a", "user.y", b"", os.XATTR_CREATE))
case("replaced only", lambda: os.setxattr("a", "user.z", b"", os.XATTR_REPLACE))
case("trusted ones are not for users", lambda: os.setxattr("a", "trusted.x", b""))
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in ((1, 6, 2**32 - 1), (2, 4, 12345), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1)))
case("an ACL is set", lambda: (os.setxattr("a", "system.posix_acl_access", acl), oct(os.stat("a").st_mode), os.getxattr("a", "system.posix_acl_access") == acl)[1:])
os.mkdir("acl")
case("one for what is made", lambda: (os.setxattr("acl", "system.posix_acl_default", acl), open("acl/x", "w").close(), oct(os.stat("acl/x").st_mode), os.getxattr("acl/x", "system.posix_acl_access") is not None)[2:])


# --- locks, of another process
def other(code, *fds):
    return subprocess.run([sys.executable, "-c", "import fcntl,os,sys\n" + code], pass_fds=fds, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()


with open("a", "r+") as one, open("a", "r+") as two:
    case("flock", lambda: fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB))
    case("flock of another open file", lambda: fcntl.flock(two, fcntl.LOCK_SH | fcntl.LOCK_NB))
    case("fcntl beside flock", lambda: fcntl.lockf(one, fcntl.LOCK_EX | fcntl.LOCK_NB, 10))
    case("the same process has it already", lambda: fcntl.lockf(two, fcntl.LOCK_EX | fcntl.LOCK_NB, 10))
    case("another process has not", lambda: other("try: fcntl.lockf(open('a','r+'),fcntl.LOCK_EX|fcntl.LOCK_NB,10)\nexcept OSError as e: print(e.errno in (11,13))"))
    case("but beside it", lambda: other("fcntl.lockf(open('a','r+'),fcntl.LOCK_EX|fcntl.LOCK_NB,10,10); print('yes')"))
    case("who is asked says who has it", lambda: other(f"r=fcntl.fcntl(open('a','r+'),fcntl.F_GETLK,b'\\1\\0\\0\\0'+b'\\0'*28); import struct; print(struct.unpack('hh4xqqi4x',r)[4]=={os.getpid()})"))
case("closed, it is free", lambda: other("fcntl.lockf(open('a','r+'),fcntl.LOCK_EX|fcntl.LOCK_NB); fcntl.flock(open('a'),fcntl.LOCK_EX|fcntl.LOCK_NB); print('free')"))
holder = subprocess.Popen([sys.executable, "-c", "import fcntl,time\nf=open('a','r+')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint('has',flush=True)\ntime.sleep(.3)"], stdout=subprocess.PIPE)
holder.stdout.readline()
with open("a", "r+") as file:
    case("who waits gets it", lambda: fcntl.lockf(file, fcntl.LOCK_EX))
holder.wait()


# --- memory and streams
with open("mapped", "wb+") as file:
    file.write(b"\0" * 10000)
    file.flush()
    shared = mmap.mmap(file.fileno(), 10000)
    shared[5000:5005] = b"HELLO"
    case("what is written to memory is read at once", lambda: os.pread(file.fileno(), 5, 5000))
    os.pwrite(file.fileno(), b"world", 5000)
    case("and the other way", lambda: shared[5000:5005])
    shared.flush()
    shared.close()
case("O_APPEND of two", lambda: [os.close(fd) for fd in [os.open("log", os.O_CREAT | os.O_WRONLY | os.O_APPEND), os.open("log", os.O_WRONLY | os.O_APPEND)] if os.write(fd, b"line\n")] and len(get("log")))
case("O_TRUNC", lambda: (os.close(os.open("log", os.O_WRONLY | os.O_TRUNC)), os.stat("log").st_size)[1])
case("O_DIRECT", lambda: os.close(os.open("log", os.O_RDWR | os.O_DIRECT)))
case("fsync of a directory", lambda: os.fsync(os.open(".", os.O_RDONLY)))
case("bytes come through a FIFO", lambda: subprocess.run("mkfifo pipe && { echo through >pipe & cat pipe; }", shell=True, stdout=subprocess.PIPE).stdout)


def through_socket():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("sock")
    listener.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("sock")
    client.send(b"hi")
    return listener.accept()[0].recv(2)


case("and through a socket", through_socket)
case("a program runs", lambda: (put("run", "#!/bin/sh\necho ran\n"), os.chmod("run", 0o755), subprocess.run(["./run"], stdout=subprocess.PIPE).stdout)[2])
case("a file that is written is no program", lambda: (lambda fd: tried(lambda: subprocess.run(["./run"]).returncode))(os.open("run", os.O_WRONLY)))


# --- fsx-like: a file against a model of it
chance, model = random.Random(7), bytearray()
fd = os.open("model", os.O_CREAT | os.O_RDWR)
wrong = 0
for step in range(1500):
    at, length = chance.randrange(300000), chance.randrange(1, 70000)
    what = chance.randrange(6)
    if what < 2:
        data = bytes([step % 251]) * length
        os.pwrite(fd, data, at)
        model.extend(b"\0" * (at + length - len(model)))
        model[at:at + length] = data
    elif what == 2:
        os.ftruncate(fd, at)
        model = model[:at] + b"\0" * (at - len(model))
    elif what == 3 and model:
        with mmap.mmap(fd, len(model)) as memory:
            end = min(len(model), at + length)
            if at < end:
                memory[at:end] = model[at:end] = bytes([step % 249]) * (end - at)
    elif what == 4:
        wrong += get("model")[at:at + length] != model[at:at + length]
    else:
        wrong += os.pread(fd, length, at) != bytes(model[at:at + length])
case("1500 random reads and writes agree", lambda: (wrong, get("model") == bytes(model), os.fstat(fd).st_size == len(model)))
os.close(fd)


# --- programs
def shell(text):
    done = subprocess.run(["sh", "-ec", text], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()[-300:]


if subprocess.run("command -v git", shell=True, stdout=subprocess.DEVNULL).returncode == 0:
    case("git", lambda: shell("export HOME=$PWD GIT_AUTHOR_DATE=@1 GIT_COMMITTER_DATE=@1; git init -q repo; cd repo; git config user.email a@b; git config user.name a; for i in 1 2 3; do echo $i >f; git add f; git commit -qm $i; done; git checkout -q -b side HEAD~1; echo s >s; git add s; git commit -qm s; git rebase -q master 2>/dev/null || git rebase -q main; git gc -q; git fsck; cd ..; git clone -q repo clone; git -C clone status --short; git -C clone log --format=%s"))
try:
    import sqlite3

    def database():
        base = sqlite3.connect("base.db")
        mode = base.execute("pragma journal_mode=wal").fetchone()
        base.execute("create table t(x)")
        base.executemany("insert into t values(?)", ((i,) for i in range(1000)))
        base.commit()
        return mode, sqlite3.connect("base.db").execute("select sum(x) from t").fetchone()

    case("sqlite in WAL mode", database)
except ImportError:
    pass
case("tar there and back", lambda: shell("mkdir t; for i in $(seq 100); do echo $i >t/$i; done; tar cf t.tar t; mkdir u; tar xf t.tar -C u; diff -r t u/t && echo same"))
case("all can be removed", lambda: (subprocess.run("chmod -R u+rwx . && rm -rf ./* ./.[a-z]*", shell=True).returncode, os.listdir(".")))
print(f"{number} cases")
