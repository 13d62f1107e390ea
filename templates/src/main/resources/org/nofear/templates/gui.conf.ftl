# Written by nofear-setup install, for this version of Xpra; /etc/nofear/nofear.conf wins over it.
gui.xpra = [=file.xpra]
gui.xpra.version = [=file.version]
gui.xvfb = [=file.xvfb]
gui.client = [=file.client?join(" ")]
gui.server = [=file.server?join(" ")]
