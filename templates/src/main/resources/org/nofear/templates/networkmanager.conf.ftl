# Written by nofear-setup install; nofear-setup uninstall takes it back.
[keyfile]
unmanaged-devices=interface-name:[=file.taps()]*
