/** What of the command line tests and tools use. */
export { CompileError } from "./compiler/compile-error.js";
export { compileFilter } from "./compiler/compile-filter.js";
