/**
 * The name of a function as its author wrote it, from the one that its compiler gave it.
 *
 * | compiler       | in the module                                  | here                               |
 * | -------------- | ---------------------------------------------- | ---------------------------------- |
 * | AssemblyScript | `assembly/index/Guard#onRequestHeaders`        | `Guard.onRequestHeaders`           |
 * |                | `~lib/array/Array<~lib/string/String>#__get`   | `Array.__get`                      |
 * |                | `assembly/index/Guard#get:limit`               | `get Guard.limit`                  |
 * |                | `assembly/index/start~anonymous|0`             | `a function in start`              |
 * | Rust           | `guard::check::h0123456789abcdef`              | `guard::check`                     |
 * | Go, C++        | `example.com/guard.(*filter).OnTick`           | `guard.(*filter).OnTick`           |
 */
export function authorsName(name: string): string {
  if (name.includes("::")) return name.replace(/::h[0-9a-f]{16}$/, "");
  if (!name.includes("/") && name !== "~start") return name;
  // Equal functions of several types are one function in the module: whose type stands there is chance.
  const plain = withoutTypeArguments(name).replace(/^export:/, "");
  if (/^(~start|start:.*)$/.test(plain)) return "the top level";
  const own = plain.slice(plain.lastIndexOf("/") + 1).replace(/@(varargs|override|virtual)$/, "");
  const [outer = own, inner] = own.split("~anonymous", 2);
  const accessor = /^(.*)[#.](get|set):(.*)$/.exec(outer);
  const readable =
    accessor === null ? outer.replace("#", ".") : `${accessor[2]} ${accessor[1]}.${accessor[3]}`;
  return inner === undefined ? readable : `a function in ${readable}`;
}

function withoutTypeArguments(name: string): string {
  let depth = 0;
  let text = "";
  for (const letter of name) {
    if (letter === "<") depth += 1;
    else if (letter === ">" && depth > 0) depth -= 1;
    else if (depth === 0) text += letter;
  }
  return text;
}
