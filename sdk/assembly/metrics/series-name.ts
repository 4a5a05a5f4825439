// The names of series: how labels stand in the flat names that hosts know.
//
//   requests;route=a;code=200
//   └ metric ┘└ label ┘└ label ┘
//
// The ABI has no labels. Envoy makes them from names with the regular expressions of its
// `stats_config.stats_tags`; these take `;NAME=` and what follows up to the next `;` out of a name. So a
// value must not contain a `;`, whatever a client put into it, and Envoy's and Prometheus's own formats set
// limits too: quotes, backslashes, control characters and spaces are kept out as well.

/** The value of the series that counts what would be one series too many. */
export function overflow(): string {
  return "overflow";
}

const LONGEST_VALUE: i32 = 64;

/** The name of a metric with one label more. */
export function seriesName(name: string, label: string, value: string): string {
  return name + ";" + labelName(label) + "=" + value;
}

/** A label's name as Prometheus has it: letters, digits and `_`; everything else is `_`. */
export function labelName(label: string): string {
  return replaceUnless(label, label.length, false);
}

/**
 * A value as a name can carry it: printable ASCII but `;`, `=`, `"`, `\` and `,`; everything else, and a dot at
 * the end, is `_`. It is cut at 64 characters, and an empty one is `-`. A value that is fine already is given
 * back as it is.
 */
export function labelValue(value: string): string {
  if (value.length == 0) return "-";
  const clean = replaceUnless(value, min(value.length, LONGEST_VALUE), true);
  // Envoy drops dots at the end: two series would be shown with the same labels.
  const last = clean.length - 1;
  return clean.charCodeAt(last) == 0x2e ? clean.substring(0, last) + "_" : clean;
}

/** The first `length` units of a text with `_` for what is not allowed. */
function replaceUnless(text: string, length: i32, inValue: bool): string {
  let clean = "";
  let kept = 0;
  for (let i = 0; i < length; ++i) {
    const unit = text.charCodeAt(i);
    if (isNameUnit(unit) || (inValue && isValueUnit(unit))) continue;
    clean += text.substring(kept, i) + "_";
    kept = i + 1;
  }
  if (kept == 0) return length == text.length ? text : text.substring(0, length);
  return clean + text.substring(kept, length);
}

function isNameUnit(unit: i32): bool {
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit == 0x5f;
}

function isValueUnit(unit: i32): bool {
  if (unit <= 0x20 || unit >= 0x7f) return false;
  // " , ; = \
  return unit != 0x22 && unit != 0x2c && unit != 0x3b && unit != 0x3d && unit != 0x5c;
}
