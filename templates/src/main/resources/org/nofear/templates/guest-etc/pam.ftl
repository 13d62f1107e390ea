# Root may become anybody. Nobody else may: no user of a guest has a password.
auth sufficient pam_rootok.so
auth optional pam_echo.so Root of this VM: nofear run --root COMMAND
auth requisite pam_deny.so
account required pam_permit.so
password required pam_deny.so
session required pam_permit.so
