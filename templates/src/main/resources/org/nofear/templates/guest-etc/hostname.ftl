[=file.hostName()]
