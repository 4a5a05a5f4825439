export { compileGlob } from "./assembly/pattern/glob";
export { Pattern, PatternFlags, PatternResult } from "./assembly/pattern/pattern";
