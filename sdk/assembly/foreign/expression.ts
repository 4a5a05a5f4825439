import * as foreignFunction from "../abi/foreign-function";
import { Status } from "../abi/status";
import { fail, Failure, succeeded } from "../context/failure";
import { PropertyMap } from "../properties/property-map";
import * as value from "../properties/value";

/**
 * An expression of the Common Expression Language over Envoy's attributes, such as
 * `request.headers["x-tenant"] == "a" && source.port > 1024`, which the host evaluates: a configuration can
 * have conditions without a language of your own.
 *
 * Create it in `onConfigure` and keep it in a field of the plugin; it belongs to that plugin, and its streams
 * evaluate it. The host keeps it until `delete`, or until the plugin goes. Attributes exist when the
 * properties of the same name do (see `properties`): an expression over `request.headers` needs a callback of
 * a stream, and evaluates to nothing in an answer to a callout or in a timer, which the host counts to the
 * plugin.
 *
 * Ask for the type you wrote the expression to have. Null or `otherwise`: it could not be evaluated here,
 * gives another type, or was deleted.
 */
export class Expression {
  /** The host's token is 0 for the first one, so a flag of its own says whether there is one. */
  private deleted: bool = false;

  private constructor(
    private readonly token: u32,
    /** The text it was compiled from. */
    readonly source: string,
  ) {}

  /**
   * Compiles an expression. Null: it is no valid one (lastFailure() says BadArgument, Envoy's log at level
   * `info` says why), or the host has no expressions (NotFound).
   */
  static create(source: string): Expression | null {
    if (!succeeded(foreignFunction.callWithText("expr_create", source))) return null;
    if (!foreignFunction.isNumber()) {
      fail(Failure.Host, Status.ParseFailure);
      return null;
    }
    return new Expression(foreignFunction.number(), source);
  }

  /** The value of an expression that is true or false. */
  evaluateFlag(otherwise: bool = false): bool {
    return value.flag(this.evaluated(), otherwise);
  }

  /** The value of an integer expression, a time (nanoseconds since 1970) or a duration (nanoseconds). */
  evaluateInteger(otherwise: i64 = -1): i64 {
    return value.integer(this.evaluated(), otherwise);
  }

  /** The value of an expression that is a double. */
  evaluateNumber(otherwise: f64 = NaN): f64 {
    return value.number(this.evaluated(), otherwise);
  }

  /** The value of an expression that is a string. */
  evaluateText(): string | null {
    return value.text(this.evaluated());
  }

  /** The bytes of any value, as the host serialises it (abi.md 6.1). */
  evaluateBytes(): Uint8Array | null {
    return value.bytes(this.evaluated());
  }

  /** The value of an expression that is a map. */
  evaluateMap(): PropertyMap | null {
    return value.map(this.evaluated());
  }

  /** The value of an expression that is a list, its elements as text. */
  evaluateList(): string[] | null {
    return value.list(this.evaluated());
  }

  /** Frees it in the host, from a callback of the same plugin. A second time changes nothing. */
  delete(): void {
    if (this.deleted) return;
    this.deleted = true;
    succeeded(foreignFunction.callWithNumber("expr_delete", this.token));
  }

  private evaluated(): Status {
    // The host may have given the token to another expression.
    if (this.deleted) return Status.NotFound;
    return foreignFunction.callWithNumber("expr_evaluate", this.token);
  }
}
