# Written by nofear-setup install; nofear-setup uninstall takes it back.
<#list file.settings as setting>
[=setting.key] = [=setting.value]
</#list>
