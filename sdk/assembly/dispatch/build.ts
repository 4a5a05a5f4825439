// What the transform knows about the program before it is compiled. It replaces these values
// (transform/analysis.ts); the branches not taken, and all they need, are then not in the module.

/**
 * The program registers exactly one filter, a class without fields, and no plugin class: every stream is served by one
 * shared instance, and no context needs to be remembered.
 */
export const SHARED_INSTANCE: bool = false;
