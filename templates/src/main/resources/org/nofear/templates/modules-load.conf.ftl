# Written by nofear-setup install; nofear-setup uninstall takes it back.
<#list file.modules as module>
[=module]
</#list>
