// Which host the module is for. The transform sets these values (docs/decisions/0002): what only the other hosts need is then not in
// the module.

/** MOSN 1.2 to 1.6, which takes modules of ABI 0.1.0 and has functions and rules of its own: docs/mosn.md. */
export const IS_MOSN: bool = false;
