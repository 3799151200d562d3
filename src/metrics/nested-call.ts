// Requests inside of another one, which is the one that is counted.
import { type ActiveCall, type CallContext, runAs } from "./call.ts";
import type { TokenUsage } from "./usage.ts";

/** A request inside of another one that is observed: it adds to that one and isn't counted again. */
export class NestedCall implements ActiveCall {
  private readonly outer: ActiveCall;

  constructor(outer: ActiveCall) {
    this.outer = outer;
  }

  get context(): CallContext | undefined {
    return this.outer.context;
  }

  get ended(): boolean {
    return this.outer.ended;
  }

  firstToken(): void {
    this.outer.firstToken();
  }

  retry(): void {
    this.outer.retry();
  }

  usage(usage: TokenUsage): void {
    this.outer.usage(usage);
  }

  cost(usd: number): void {
    this.outer.cost(usd);
  }

  answeredBy(model: unknown): void {
    this.outer.answeredBy(model);
  }

  content(): void {}
  end(): void {}
  fail(): void {}
  cancel(): void {}
  refuse(): void {}
  abandon(): void {}
  [Symbol.dispose](): void {}

  run<T>(fn: () => T): T {
    return fn();
  }
}

/** What clients inside of a wrapped request find: its wrapper tells all but the retries, so nothing else of theirs is added. */
class InnerCall extends NestedCall {
  override firstToken(): void {}
  override usage(): void {}
  override cost(): void {}
  override answeredBy(): void {}
}

/** Runs parts of a request whose wrapper sees all of its tokens: those of clients further inside are the same ones. */
export function runnerInside(call: ActiveCall): <T>(fn: () => T) => T {
  const inner = new InnerCall(call);
  return (fn) => call.run(() => runAs(inner, fn));
}
