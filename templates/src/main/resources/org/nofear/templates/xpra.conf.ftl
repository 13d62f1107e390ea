# Written by NoFear.
<#list file.settings as setting>
[=setting.key] = [=setting.value]
</#list>
