/** Why a text is not JSON. */
export enum JsonError {
  /** Nothing is wrong. */
  None,
  /** The text ends where a value must stand. */
  EndsBeforeValue,
  /** Something else stands where a value must. */
  ValueDue,
  /** Something else stands where a member's name must. */
  NameDue,
  /** A name is not followed by a colon. */
  ColonDue,
  /** A member is followed by neither a comma nor the end of its object. */
  CommaOrBraceDue,
  /** An element is followed by neither a comma nor the end of its array. */
  CommaOrBracketDue,
  /** More than white space follows the value. */
  TextAfterValue,
  /** More than 256 arrays and objects inside each other. */
  TooDeep,
  /** The text ends inside a string. */
  EndsInString,
  /** A string has a control character that is not escaped. */
  ControlCharacter,
  /** A string has bytes that are not UTF-8. */
  NotUtf8,
  /** A backslash is followed by what makes no escape. */
  UnknownEscape,
  /** `\u` is not followed by four hexadecimal digits. */
  HexDigitsDue,
  /** An escape is half of a surrogate pair, and the other half is not there. */
  HalfSurrogatePair,
  /** A number lacks a digit, such as `1.` and `-`. */
  DigitDue,
  /** Only `JsonReader`: a string or number is longer than it was told to keep. */
  TooLong,
}

/** The reason as part of a sentence: `',' or '}' is due`; "" for `None`. */
export function describeJsonError(error: JsonError): string {
  switch (error) {
    case JsonError.None:
      return "";
    case JsonError.EndsBeforeValue:
      return "the text ends where a value is due";
    case JsonError.ValueDue:
      return "a value is due";
    case JsonError.NameDue:
      return "a member's name is due";
    case JsonError.ColonDue:
      return "':' is due";
    case JsonError.CommaOrBraceDue:
      return "',' or '}' is due";
    case JsonError.CommaOrBracketDue:
      return "',' or ']' is due";
    case JsonError.TextAfterValue:
      return "text after the value";
    case JsonError.TooDeep:
      return "nested too deeply";
    case JsonError.EndsInString:
      return "the text ends in a string";
    case JsonError.ControlCharacter:
      return "a control character in a string";
    case JsonError.NotUtf8:
      return "a string that is not UTF-8";
    case JsonError.UnknownEscape:
      return "an unknown escape";
    case JsonError.HexDigitsDue:
      return "four hexadecimal digits are due";
    case JsonError.HalfSurrogatePair:
      return "half a surrogate pair";
    case JsonError.DigitDue:
      return "a digit is due";
    default:
      return "a string or number is too long";
  }
}
