<#ftl output_format="sh">
#!/bin/sh
# Written by nofear-setup install; nofear-setup uninstall takes it back.
<#if file.name() == "run">
[=file.script] start || exit 1
# pause comes with runit's void packages; sleep does where it is missing.
pause=$(command -v pause) && exec "$pause"
while :; do sleep 86400; done
<#else>
exec [=file.script] stop
</#if>
