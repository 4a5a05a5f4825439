/** What of the command line tests and tools use. */
export { CompileError } from "./compiler/compile-error.js";
export { compileFilter, type CompileFilterOptions } from "./compiler/compile-filter.js";
