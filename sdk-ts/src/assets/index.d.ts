/** Where each file that comes with the package is; `cargo xtask assets` writes the module into `dist/src/assets`. */
export const ASSETS: Readonly<Record<string, (() => URL) | undefined>>;
