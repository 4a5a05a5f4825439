/** Something has to be installed first; the message is one line that says what and how. */
export class MissingToolError extends Error {
  override name = "MissingToolError";
  readonly code = "ERR_MISSING_TOOL";
}
