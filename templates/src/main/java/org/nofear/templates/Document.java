package org.nofear.templates;

/**
 * A generated file: the typed values of one template. What a record accepts can be written into its file's format; what it
 * cannot, it refuses when it is made.
 */
public sealed interface Document
        permits SysctlConf,
                NftTable,
                NetworkScript,
                NetworkUnit,
                NetworkDropIn,
                NetworkOpenRc,
                NetworkRunit,
                NetworkManagerConf,
                NetworkdConf,
                FirewalldZone,
                ModulesLoadConf,
                AppArmorProfile,
                LaunchConf,
                VmmConf,
                XpraConf,
                GuiConf,
                GuestEtcFile {

    /** The template's name below the package's resources, such as {@code nofear.nft.ftl}. */
    String template();
}
