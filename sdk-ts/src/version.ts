/** The version of the Aztec protocol this package speaks: nodes and contracts of this version work with it. */
export const PROTOCOL_VERSION = '4.1.2';
