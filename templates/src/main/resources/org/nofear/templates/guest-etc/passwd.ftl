root:x:0:0:root:/root:/bin/sh
[=file.user()]:x:${uid}:${gid}:NoFear:[=file.home()]:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
