# Written by nofear-setup install; nofear-setup uninstall takes it back.
[Match]
Name=[=file.taps()]*

[Link]
Unmanaged=yes
