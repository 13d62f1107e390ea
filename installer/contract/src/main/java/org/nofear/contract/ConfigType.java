package org.nofear.contract;

import java.util.regex.Pattern;

/** What a configuration key's value may be. The words say it to whoever wrote something else. */
public enum ConfigType {
    /** As {@code --memory} takes it: a number, in MiB where it has no unit. */
    SIZE("(?i)0*[1-9]\\d{0,8}[KMGT]?i?B?", "a size like 512M or 2G"),
    /** Of processors. */
    COUNT("[1-9]\\d{0,3}", "a number, 1 or more"),
    SECONDS("\\d{1,7}", "a number of seconds"),
    SWITCH("on|off", "on or off"),
    NETWORK_MODE(NetworkMode.form(), "tap, user or none"),
    REACH("(?i)none|default|internet|lan", "none, internet or lan"),
    VMM("lkvm|qemu-kvm|qemu-tcg", "lkvm, qemu-kvm or qemu-tcg"),
    SUBNET("\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}", "a network like 10.177.33.0/24"),
    PATH("/.*", "an absolute path"),
    WORDS(".*", "words");

    private final Pattern form;
    private final String words;

    ConfigType(String form, String words) {
        this.form = Pattern.compile(form);
        this.words = words;
    }

    /** Whether a value has the form; what it means on this host, only its reader can tell. */
    public boolean takes(String value) {
        return form.matcher(value).matches();
    }

    /** Such as "a size like 512M or 2G". */
    public String words() {
        return words;
    }
}
