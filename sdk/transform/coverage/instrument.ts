import {
  BinaryExpression,
  BlockStatement,
  BreakStatement,
  CallExpression,
  ClassDeclaration,
  ContinueStatement,
  DeclarationStatement,
  DoStatement,
  ElementAccessExpression,
  EmptyStatement,
  Expression,
  ExportDefaultStatement,
  ExportImportStatement,
  ExportStatement,
  ExpressionStatement,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  IdentifierExpression,
  IfStatement,
  ImportStatement,
  LiteralExpression,
  ModuleDeclaration,
  NamespaceDeclaration,
  Node,
  ParenthesizedExpression,
  PropertyAccessExpression,
  type Range,
  ReturnStatement,
  type Source,
  Statement,
  SwitchStatement,
  TernaryExpression,
  ThrowStatement,
  Token,
  TryStatement,
  UnaryPrefixExpression,
  VariableDeclaration,
  VariableStatement,
  WhileStatement,
} from "assemblyscript";
import { COUNTER, type Counters, type FileMap, FileMapBuilder } from "./coverage-map.js";
import { isStaticCondition } from "./static-condition.js";

/** Functions of `counterSource`, which the compiler cannot see through: what follows them stays as it is. */
export const ALWAYS_TRUE = "__coverage_true";
export const ALWAYS_FALSE = "__coverage_false";

/**
 * Puts counters into the functions and top-level statements of a source, and says what they count. Counters are globals of
 * the module, so that no address and no allocation of the program changes.
 */
export function instrument(source: Source, counters: Counters): FileMap {
  const instrumenter = new Instrumenter(new FileMapBuilder(source, counters));
  return instrumenter.instrument(source);
}

/** Whether the value of an expression is only asked for its truth: the compiler then learns from `a !== null && …`. */
type Use = "truth" | "value";

class Instrumenter {
  /** The names of the classes and namespaces around. */
  readonly #scopes: string[] = [];
  /** Inside of something with type parameters, which is compiled once for each type. */
  #generic = 0;

  constructor(private readonly file: FileMapBuilder) {}

  instrument(source: Source): FileMap {
    this.#topLevel(source.statements);
    return this.file.map;
  }

  /** Declarations hold functions; constants must stay constants. */
  #topLevel(statements: Statement[]): void {
    for (let index = 0; index < statements.length; index++) {
      const statement = statements[index]!;
      if (statement instanceof VariableStatement) {
        for (const { initializer, name } of statement.declarations) this.#functionsIn(initializer, name.text);
        if (statement.declarations.every(({ initializer }) => isConstant(initializer))) continue;
      } else if (statement instanceof ExportDefaultStatement) {
        this.#declaration(statement.declaration);
        continue;
      } else if (isDeclaration(statement)) {
        this.#declaration(statement);
        continue;
      }
      const counter = this.file.addStatement(statement.range);
      const after = statement instanceof VariableStatement ? [] : this.#statement(statement);
      statements.splice(index, 1, this.#count(counter, statement.range), statement, ...after);
      index += 1 + after.length;
    }
  }

  #declaration(declaration: Statement): void {
    if (declaration instanceof FunctionDeclaration) this.#function(declaration, null);
    else if (declaration instanceof NamespaceDeclaration) {
      this.#inScope(declaration.name.text, false, () =>
        declaration.members.forEach((member) => this.#declaration(member)),
      );
    } else if (declaration instanceof ClassDeclaration) {
      this.#inScope(declaration.name.text, declaration.isGeneric, () => {
        for (const member of declaration.members) {
          if (member instanceof FunctionDeclaration) this.#function(member, null);
          else if ("initializer" in member) this.#functionsIn(member.initializer as Expression | null);
        }
      });
    } else if (declaration instanceof VariableStatement) {
      for (const { initializer, name } of declaration.declarations) this.#functionsIn(initializer, name.text);
    }
  }

  #inScope(name: string, isGeneric: boolean, visit: () => void): void {
    this.#scopes.push(name);
    this.#generic += isGeneric ? 1 : 0;
    visit();
    this.#generic -= isGeneric ? 1 : 0;
    this.#scopes.pop();
  }

  /** Function expressions in an initialiser that itself must stay as it is; one that is all of it is known by the variable's name. */
  #functionsIn(node: Node | null, name: string | null = null): void {
    if (node === null) return;
    if (node instanceof FunctionExpression) return this.#function(node.declaration, name);
    for (const child of childExpressions(node)) this.#functionsIn(child);
  }

  #function(declaration: FunctionDeclaration, fallbackName: string | null): void {
    const { body, name } = declaration;
    if (body === null) return;
    const own = name.text === "" ? (fallbackName ?? "(anonymous)") : name.text;
    const fullName = [...this.#scopes, own].join(".");
    const nameRange = name.text === "" ? declaration.range : name.range;
    const entered = this.file.addFunction(fullName, nameRange, body.range);
    this.#generic += declaration.isGeneric ? 1 : 0;
    if (body instanceof BlockStatement) {
      this.#list(body.statements);
      body.statements.unshift(this.#count(entered, body.range));
    } else if (body instanceof ExpressionStatement) {
      // An arrow function's value; that is a statement too.
      const statement = this.file.addStatement(body.range);
      body.expression = this.#after([entered, statement], this.#expression(body.expression, "value"));
    }
    this.#generic -= declaration.isGeneric ? 1 : 0;
  }

  /** Puts a counter before each statement of a list. */
  #list(statements: Statement[]): void {
    for (let index = 0; index < statements.length; index++) {
      const statement = statements[index]!;
      if (isDeclaration(statement)) {
        this.#declaration(statement);
        continue;
      }
      if (statement instanceof BlockStatement) {
        this.#list(statement.statements);
        continue;
      }
      if (statement instanceof EmptyStatement) continue;
      const counter = this.file.addStatement(statement.range);
      const after = this.#statement(statement);
      statements.splice(index, 1, this.#count(counter, statement.range), statement, ...after);
      index += 1 + after.length;
    }
  }

  /** Looks into a statement; gives what must follow it. */
  #statement(statement: Statement): Statement[] {
    if (statement instanceof IfStatement) return this.#if(statement);
    if (statement instanceof BlockStatement) this.#list(statement.statements);
    else if (statement instanceof ForStatement) {
      if (statement.initializer !== null) this.#operands(statement.initializer);
      if (statement.condition !== null) statement.condition = this.#expression(statement.condition, "truth");
      if (statement.incrementor !== null)
        statement.incrementor = this.#expression(statement.incrementor, "value");
      statement.body = this.#body(statement.body);
    } else if (statement instanceof WhileStatement || statement instanceof DoStatement) {
      statement.condition = this.#expression(statement.condition, "truth");
      statement.body = this.#body(statement.body);
    } else if (statement instanceof ForOfStatement) {
      statement.iterable = this.#expression(statement.iterable, "value");
      statement.body = this.#body(statement.body);
    } else if (statement instanceof SwitchStatement) this.#switch(statement);
    else if (statement instanceof TryStatement) {
      this.#list(statement.bodyStatements);
      if (statement.catchStatements !== null) this.#list(statement.catchStatements);
      if (statement.finallyStatements !== null) this.#list(statement.finallyStatements);
    } else this.#operands(statement);
    return [];
  }

  #if(statement: IfStatement): Statement[] {
    const { range } = statement;
    // What the SDK's transform put around a statement is nothing that the author wrote.
    if (statement.ifTrue.range === range) {
      this.#statement(statement.ifTrue);
      return [];
    }
    statement.condition = this.#expression(statement.condition, "truth");
    const branch = this.file.addBranch("if", range);
    const consequent = branch.add(statement.ifTrue.range);
    const alternate = branch.add(statement.ifFalse?.range ?? range);
    const leaves = alwaysLeaves(statement.ifTrue);
    statement.ifTrue = this.#body(statement.ifTrue, consequent);
    if (statement.ifFalse !== null) {
      statement.ifFalse = this.#body(statement.ifFalse, alternate);
      return [];
    }
    const count = this.#count(alternate, range);
    // After `if (a === null) return;` the compiler knows that `a` is there, and must not be kept from it by an `else`.
    if (leaves) return [count];
    statement.ifFalse = Node.createBlockStatement([count], range);
    return [];
  }

  #switch(statement: SwitchStatement): void {
    statement.condition = this.#expression(statement.condition, "value");
    const branch = this.file.addBranch("switch", statement.range);
    for (const way of statement.cases) {
      this.#list(way.statements);
      way.statements.unshift(this.#count(branch.add(way.range), way.range));
    }
  }

  /** The body of a loop or a branch, as a block. */
  #body(body: Statement, counter?: number): BlockStatement {
    const statements = body instanceof BlockStatement ? body.statements : [body];
    this.#list(statements);
    if (counter !== undefined) statements.unshift(this.#count(counter, body.range));
    return body instanceof BlockStatement ? body : Node.createBlockStatement(statements, body.range);
  }

  /** Instruments the expressions that a node holds, each where it stands. */
  #operands(node: Node): void {
    for (const [key, value] of Object.entries(node)) {
      if (value instanceof FunctionExpression && node instanceof VariableDeclaration) {
        this.#function(value.declaration, node.name.text);
      } else if (value instanceof Expression) {
        Object.assign(node, { [key]: this.#expression(value, "value") });
      } else if (Array.isArray(value)) {
        value.forEach((item: unknown, index) => {
          if (item instanceof Expression) value[index] = this.#expression(item, "value");
          else if (item instanceof DeclarationStatement) this.#operands(item);
        });
      }
    }
  }

  #expression(expression: Expression, use: Use): Expression {
    if (expression instanceof FunctionExpression) {
      this.#function(expression.declaration, null);
      return expression;
    }
    if (expression instanceof ParenthesizedExpression) {
      expression.expression = this.#expression(expression.expression, use);
      return expression;
    }
    if (expression instanceof UnaryPrefixExpression && expression.operator === Token.Exclamation) {
      expression.operand = this.#expression(expression.operand, use);
      return expression;
    }
    if (expression instanceof TernaryExpression) return this.#ternary(expression);
    if (isLogical(expression) && this.#generic === 0 && !isStaticCondition(expression)) {
      return this.#logical(expression, use);
    }
    // What is not counted is not looked into as a condition either, but may hold functions.
    if (expression instanceof IdentifierExpression) return expression;
    this.#operands(expression);
    return expression;
  }

  #ternary(expression: TernaryExpression): Expression {
    expression.condition = this.#expression(expression.condition, "truth");
    const branch = this.file.addBranch("cond-expr", expression.range);
    const [then, otherwise] = [expression.ifThen, expression.ifElse];
    const counters = [branch.add(then.range), branch.add(otherwise.range)] as const;
    expression.ifThen = this.#after([counters[0]], this.#expression(then, "value"));
    expression.ifElse = this.#after([counters[1]], this.#expression(otherwise, "value"));
    return expression;
  }

  /** Counts the operands of a chain of `&&` and `||` that are evaluated. */
  #logical(expression: BinaryExpression, use: Use): Expression {
    const branch = this.file.addBranch("binary-expr", expression.range);
    const first = branch.add(firstOperand(expression).range);
    if (use === "truth") {
      const isAnd = expression.operator === Token.Ampersand_Ampersand;
      return this.#truth([first], isAnd, this.#truthChain(expression, branch), expression.range);
    }
    this.#valueChain(expression, branch);
    return this.#after([first], expression);
  }

  /**
   * `a && b` becomes `(a && count) && b`, and `a || b` becomes `(a || count) || b`: whatever the compiler learns from `a` it still
   * learns.
   */
  #truthChain(expression: Expression, branch: { add(range: Range): number }): Expression {
    if (expression instanceof ParenthesizedExpression && isLogical(unwrap(expression))) {
      expression.expression = this.#truthChain(expression.expression, branch);
      return expression;
    }
    if (!isLogical(expression)) return this.#expression(expression, "truth");
    const isAnd = expression.operator === Token.Ampersand_Ampersand;
    const left = this.#truthChain(expression.left, branch);
    const counter = branch.add(firstOperand(expression.right).range);
    const counted = this.#constant([counter], isAnd, expression.right.range);
    expression.left = Node.createBinaryExpression(expression.operator, left, counted, expression.left.range);
    expression.right = this.#truthChain(expression.right, branch);
    return expression;
  }

  /**
   * `a && b` becomes `a && (count, b)` where the compiler has nothing to learn from `b` for what follows, or `a && (count && b)` where
   * `b` is true or false. The rare operand that is neither is not counted.
   */
  #valueChain(expression: BinaryExpression, branch: { add(range: Range): number }, isLast = true): void {
    const left = unwrap(expression.left);
    if (isLogical(left)) this.#valueChain(left, branch, false);
    else expression.left = this.#expression(expression.left, "value");
    const right = unwrap(expression.right);
    const isAnd = expression.operator === Token.Ampersand_Ampersand;
    if (isLogical(right)) {
      const counter = isLast ? branch.add(firstOperand(right).range) : null;
      this.#valueChain(right, branch, isLast);
      if (counter !== null) expression.right = this.#after([counter], expression.right);
      return;
    }
    const counted = this.#expression(expression.right, "value");
    if (isLast || !teaches(right, isAnd)) {
      expression.right = this.#after([branch.add(right.range)], counted);
    } else if (isTruthValue(right)) {
      expression.right = this.#truth([branch.add(right.range)], isAnd, counted, right.range);
    }
  }

  #count(counter: number, range: Range): Statement {
    return Node.createExpressionStatement(this.#increment(counter, range));
  }

  #increment(counter: number, range: Range): Expression {
    const name = Node.createIdentifierExpression(`${COUNTER}${counter}`, range);
    return Node.createUnaryPostfixExpression(Token.Plus_Plus, name, range);
  }

  /** `(count, expression)` */
  #after(counters: readonly number[], expression: Expression): Expression {
    const { range } = expression;
    const parts = [...counters.map((counter) => this.#increment(counter, range)), expression];
    return Node.createParenthesizedExpression(Node.createCommaExpression(parts, range), range);
  }

  /** `((count, true) && expression)`, or the same with `false ||`. */
  #truth(counters: readonly number[], isAnd: boolean, expression: Expression, range: Range): Expression {
    const operator = isAnd ? Token.Ampersand_Ampersand : Token.Bar_Bar;
    const counted = this.#constant(counters, isAnd, range);
    return Node.createParenthesizedExpression(
      Node.createBinaryExpression(operator, counted, expression, range),
      range,
    );
  }

  #constant(counters: readonly number[], value: boolean, range: Range): Expression {
    const name = Node.createIdentifierExpression(value ? ALWAYS_TRUE : ALWAYS_FALSE, range);
    return this.#after(counters, Node.createCallExpression(name, null, [], range));
  }
}

function isLogical(expression: Expression): expression is BinaryExpression {
  return (
    expression instanceof BinaryExpression &&
    (expression.operator === Token.Ampersand_Ampersand || expression.operator === Token.Bar_Bar)
  );
}

function unwrap(expression: Expression): Expression {
  return expression instanceof ParenthesizedExpression ? unwrap(expression.expression) : expression;
}

function firstOperand(expression: Expression): Expression {
  const inner = unwrap(expression);
  return isLogical(inner) ? firstOperand(inner.left) : inner;
}

/** Whether the compiler may learn from an operand, when what follows is reached, that a variable is not null. */
function teaches(expression: Expression, isAnd: boolean): boolean {
  if (!isAnd) return isTruthValue(expression);
  const isSilent =
    expression instanceof CallExpression ||
    expression instanceof LiteralExpression ||
    expression instanceof PropertyAccessExpression ||
    expression instanceof ElementAccessExpression;
  return !isSilent;
}

const COMPARISONS: ReadonlySet<Token> = new Set([
  Token.Equals_Equals,
  Token.Equals_Equals_Equals,
  Token.Exclamation_Equals,
  Token.Exclamation_Equals_Equals,
  Token.LessThan,
  Token.LessThan_Equals,
  Token.GreaterThan,
  Token.GreaterThan_Equals,
]);

function isTruthValue(expression: Expression): boolean {
  if (expression instanceof BinaryExpression) return COMPARISONS.has(expression.operator);
  return expression instanceof UnaryPrefixExpression && expression.operator === Token.Exclamation;
}

/** Whether nothing after a statement is reached from inside of it. */
function alwaysLeaves(statement: Statement): boolean {
  if (statement instanceof BlockStatement) {
    const last = statement.statements.at(-1);
    return last !== undefined && alwaysLeaves(last);
  }
  return (
    statement instanceof ReturnStatement ||
    statement instanceof ThrowStatement ||
    statement instanceof BreakStatement ||
    statement instanceof ContinueStatement
  );
}

/** Statements that do nothing where they stand. */
function isDeclaration(statement: Statement): boolean {
  return (
    statement instanceof DeclarationStatement ||
    statement instanceof ImportStatement ||
    statement instanceof ExportStatement ||
    statement instanceof ExportImportStatement ||
    statement instanceof ModuleDeclaration
  );
}

/** What the compiler makes no code of. */
function isConstant(expression: Expression | null): boolean {
  if (expression === null || expression instanceof LiteralExpression) return true;
  if (expression instanceof UnaryPrefixExpression) return isConstant(expression.operand);
  if (expression instanceof ParenthesizedExpression) return isConstant(expression.expression);
  if (expression instanceof BinaryExpression)
    return isConstant(expression.left) && isConstant(expression.right);
  return expression instanceof IdentifierExpression || expression instanceof FunctionExpression;
}

function childExpressions(node: Node): Expression[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Expression => value instanceof Expression);
}
