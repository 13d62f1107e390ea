<#ftl output_format="unit">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
[Service]
ExecStartPost=-[=file.script] reload
