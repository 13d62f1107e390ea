package org.nofear.setup.resource;

/**
 * A systemd unit, enabled and started. Its file is a {@link FileResource} listed before it. Where systemd is not process 1,
 * and in an offline tree, it is enabled (a link) and not started.
 *
 * @param unit its name, {@code nofear-network.service}
 * @param file absolute path of its unit file
 * @param wantedBy the target that pulls it in, {@code multi-user.target}
 * @param trigger changes whenever the running unit has to be restarted: a digest of its file and of what it reads
 */
public record ServiceUnit(String unit, String file, String wantedBy, String trigger, String reason)
        implements Resource {}
