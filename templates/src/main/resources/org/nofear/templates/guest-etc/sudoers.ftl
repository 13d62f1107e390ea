# Root may do all. The guest's user has no password, and is told how to be root.
Defaults !lecture, passwd_tries=1, authfail_message="root of this VM: nofear run --root COMMAND"
root ALL=(ALL:ALL) NOPASSWD: ALL
