# Written by nofear-setup install: the first VMM that a guest's command came back from.
vmm.kind = [=file.kind]
