import { doubleText } from "../json/decimal";
import { Json, JsonKind } from "../json/json";
import { log } from "../log";
import { jsonOfStruct } from "../protobuf/struct";
import { alternatives, describeValue, elementPath, memberPath } from "./describe";
import { isHeaderName } from "./header-name";
import { Members } from "./members";

/** What the readers of one configuration share. */
class Reading {
  /** The first thing that is wrong; "" as long as nothing is. */
  problem: string = "";
  /** The root's reader and those of the objects in it, as they were asked for. */
  readers: ConfigurationReader[] = [];
}

/**
 * Reads a configuration, a JSON object or a `google.protobuf.Struct`, member by member:
 *
 *     onConfigure(configuration: Configuration): bool {
 *       const read = configuration.reader();
 *       this.limit = <i32>read.integer("limit", 10, 1, 1000);
 *       const rules = read.objects("rules");
 *       for (let i = 0; i < rules.length; ++i) this.rules.push(rules[i].headerName("header", "x-rule"));
 *       return read.done();
 *     }
 *
 * A member that is absent has its default; `required` names those that must be there. The first thing that is wrong is kept, everything read after
 * it answers its default, and `done` logs it with its path and answers false: `configuration.rules[2].header must be a header
 * name; it is 7`. A member that nobody asked for is wrong too, and so is a name that is there twice.
 */
export class ConfigurationReader {
  /** Null when the object is absent or wrong. */
  private members: Members | null = null;
  /** The names that somebody asked for, for the message about one that nobody did. */
  private known: string[] = [];

  private constructor(
    private path: string,
    private reading: Reading,
  ) {
    reading.readers.push(this);
  }

  /**
   * A reader of JSON text, or of the bytes of a `google.protobuf.Struct`. `optional`: no bytes are an empty object. What else is not an object
   * is the reader's first problem.
   */
  static of(bytes: Uint8Array, optional: bool): ConfigurationReader {
    const reader = new ConfigurationReader("configuration", new Reading());
    // A Struct without fields has no bytes.
    if (bytes.length == 0) {
      if (!optional) reader.fail("configuration", "must be a JSON object; there is none");
      return reader;
    }
    let result = Json.parse(bytes);
    if (result.value === null) {
      const json = jsonOfStruct(bytes);
      if (json !== null) result = Json.parse(json);
    }
    const value = result.value;
    if (value === null) {
      reader.fail(
        "configuration",
        `is not JSON: ${result.error} at byte ${result.offset} (line ${result.line}, column ${result.column})`,
      );
    } else if (!reader.enter(value)) {
      reader.fail(
        "configuration",
        `must be a JSON object; it is ${value.kind == JsonKind.String ? "a string" : describeValue(value)}`,
      );
    }
    return reader;
  }

  /** Whether this object is there: an object that is absent reads as one without members. */
  get present(): bool {
    return this.members !== null;
  }

  /** Demands a member. In an object that is absent nothing is demanded. */
  required(name: string): ConfigurationReader {
    const members = this.members;
    if (members !== null && !members.has(name)) this.fail(this.pathOf(name), "is missing");
    return this;
  }

  /** A truth value, `true` or `false` in the JSON; `otherwise` when it is absent. */
  boolean(name: string, otherwise: bool): bool {
    const value = this.member(name);
    if (value === null) return otherwise;
    if (value.kind != JsonKind.Boolean) this.failWith(this.pathOf(name), "must be true or false", value);
    return value.asBoolean(otherwise);
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, otherwise: i64, least: i64, most: i64): i64 {
    const value = this.member(name);
    return value === null ? otherwise : this.integerAt(this.pathOf(name), value, otherwise, least, most);
  }

  /** A number from `least` to `most`. */
  number(name: string, otherwise: f64, least: f64, most: f64): f64 {
    const value = this.member(name);
    if (value === null) return otherwise;
    const number = value.asNumber(NaN);
    if (number >= least && number <= most) return number;
    const range = `from ${doubleText(least)} to ${doubleText(most)}`;
    this.failWith(this.pathOf(name), `must be a number ${range}`, value);
    return otherwise;
  }

  /** A text of at least `least` and at most `most` UTF-16 units. */
  string(name: string, otherwise: string, least: i32 = 0, most: i32 = i32.MAX_VALUE): string {
    const value = this.member(name);
    return value === null ? otherwise : this.stringAt(this.pathOf(name), value, otherwise, least, most);
  }

  /** The name of a header (RFC 9110 §5.1) or of a pseudo header such as `:path`. */
  headerName(name: string, otherwise: string): string {
    const value = this.member(name);
    return value === null ? otherwise : this.headerNameAt(this.pathOf(name), value, otherwise);
  }

  /** One of some words; its place among them, from 0: `<Mode>read.choice("mode", ["off", "warn", "block"], Mode.Warn)`. */
  choice(name: string, words: string[], otherwise: i32): i32 {
    const value = this.member(name);
    if (value === null) return otherwise;
    const word = value.asString();
    const place = word === null ? -1 : words.indexOf(word);
    if (place < 0) this.failWith(this.pathOf(name), `must be ${alternatives(words)}`, value, true);
    return place < 0 ? otherwise : place;
  }

  /** An object in this one. When it is absent, everything in it has its default. */
  object(name: string): ConfigurationReader {
    const value = this.member(name);
    const reader = new ConfigurationReader(this.pathOf(name), this.reading);
    if (value !== null && !reader.enter(value)) this.failWith(reader.path, "must be an object", value);
    return reader;
  }

  /** A list of objects; empty when it is absent. */
  objects(name: string): ConfigurationReader[] {
    const readers: ConfigurationReader[] = [];
    const items = this.list(name, "objects");
    for (let i = 0; i < items.length; ++i) {
      const reader = new ConfigurationReader(elementPath(this.pathOf(name), i), this.reading);
      if (!reader.enter(items[i])) this.failWith(reader.path, "must be an object", items[i]);
      readers.push(reader);
    }
    return readers;
  }

  /** A list of texts, each of at least `least` and at most `most` UTF-16 units; empty when it is absent. */
  strings(name: string, least: i32 = 0, most: i32 = i32.MAX_VALUE): string[] {
    const strings: string[] = [];
    const items = this.list(name, "strings");
    for (let i = 0; i < items.length; ++i) {
      strings.push(this.stringAt(elementPath(this.pathOf(name), i), items[i], "", least, most));
    }
    return strings;
  }

  /** A list of whole numbers, each from `least` to `most`; empty when it is absent. */
  integers(name: string, least: i64, most: i64): i64[] {
    const integers: i64[] = [];
    const items = this.list(name, "whole numbers");
    for (let i = 0; i < items.length; ++i) {
      integers.push(this.integerAt(elementPath(this.pathOf(name), i), items[i], least, least, most));
    }
    return integers;
  }

  /** A list of headers' names; empty when it is absent. */
  headerNames(name: string): string[] {
    const names: string[] = [];
    const items = this.list(name, "header names");
    for (let i = 0; i < items.length; ++i) {
      names.push(this.headerNameAt(elementPath(this.pathOf(name), i), items[i], ""));
    }
    return names;
  }

  /**
   * All names of this object, which is thereby a map: no name is unknown. Read each member by its name:
   *
   *     const keys = read.object("keys");
   *     const clients = keys.names();
   *     for (let i = 0; i < clients.length; ++i) this.add(clients[i], keys.string(clients[i], "", 1));
   */
  names(): string[] {
    const members = this.members;
    return members === null || !this.sound ? [] : members.askAll();
  }

  /** Any JSON value, to be read by yourself; null when it is absent. See `refuse`. */
  json(name: string): Json | null {
    return this.member(name);
  }

  /** Says that a member is wrong in a way that only you know: `read.refuse("keys", "must name at least one client")`. */
  refuse(name: string, reason: string): void {
    this.fail(this.pathOf(name), reason);
  }

  /**
   * The first thing that is wrong with the whole configuration; null when all is well. Also finds the members that no reader asked
   * for, so ask when everything is read.
   */
  problem(): string | null {
    const readers = this.reading.readers;
    for (let i = 0; i < readers.length; ++i) readers[i].checkNames();
    const problem = this.reading.problem;
    return problem == "" ? null : problem;
  }

  /** What `onConfigure` answers: true, or false after an error line that says where and why the configuration is wrong. */
  done(): bool {
    const problem = this.problem();
    if (problem !== null) log.error(problem);
    return problem === null;
  }

  /** Nothing is wrong so far. */
  private get sound(): bool {
    return this.reading.problem == "";
  }

  private member(name: string): Json | null {
    const members = this.members;
    if (members === null || !this.sound) return null;
    this.known.push(name);
    return members.ask(name);
  }

  /** Reads the members of a value from now on. False: it is no object. */
  private enter(value: Json): bool {
    const members = value.members();
    if (members === null) return false;
    this.members = new Members(members);
    return true;
  }

  private list(name: string, what: string): Json[] {
    const value = this.member(name);
    if (value === null) return [];
    const items = value.items();
    if (items !== null) return items;
    this.failWith(this.pathOf(name), `must be a list of ${what}`, value);
    return [];
  }

  private integerAt(path: string, value: Json, otherwise: i64, least: i64, most: i64): i64 {
    // Of two different defaults one shows whether there is a number.
    const integer = value.asInteger(least, most, 0);
    if (integer == 0 && value.asInteger(least, most, 1) != 0) {
      this.failWith(path, `must be a whole number from ${least} to ${most}`, value);
      return otherwise;
    }
    return integer;
  }

  private stringAt(path: string, value: Json, otherwise: string, least: i32, most: i32): string {
    const text = value.asString();
    if (text !== null && text.length >= least && text.length <= most) return text;
    if (text === null) {
      this.failWith(path, least > 0 ? "must be a string that is not empty" : "must be a string", value);
    } else if (text.length == 0) {
      this.fail(path, "must be a string that is not empty");
    } else {
      // Not the text itself: it may be a secret.
      const limit = text.length < least ? `at least ${least}` : `at most ${most}`;
      this.fail(path, `must have ${limit} characters; it has ${text.length}`);
    }
    return otherwise;
  }

  private headerNameAt(path: string, value: Json, otherwise: string): string {
    const text = value.asString();
    if (text !== null && isHeaderName(text)) return text;
    this.failWith(path, "must be a header name", value, true);
    return otherwise;
  }

  private checkNames(): void {
    const members = this.members;
    if (members === null || !this.sound) return;
    const repeated = members.repeated;
    if (repeated !== null) this.fail(this.pathOf(repeated), "is there twice");
    const unknown = members.unknown();
    if (unknown === null) return;
    const hint = this.known.length == 0 ? "nothing may be here" : `known are ${this.known.join(", ")}`;
    this.fail(this.pathOf(unknown), `is unknown; ${hint}`);
  }

  private pathOf(name: string): string {
    return memberPath(this.path, name);
  }

  /**
   * Notes a value that is not what is asked for. A text is shown only where a word is asked for (`isWord`): it may be a secret that stands
   * in the wrong place.
   */
  private failWith(path: string, reason: string, value: Json, isWord: bool = false): void {
    if (!this.sound) return;
    const shown = !isWord && value.kind == JsonKind.String ? "a string" : describeValue(value);
    this.fail(path, `${reason}; it is ${shown}`);
  }

  private fail(path: string, reason: string): void {
    if (this.sound) this.reading.problem = `${path} ${reason}`;
  }
}
