// What the alerts of an SLO turn out to be most often, whom they hurt and what helps, by what the SLO is about: part of their runbooks.
import type { SloCategory } from "../plan/plan.ts";

const provider =
  "Provider incident: all features on one provider or model are bad from the same minute, and nothing was deployed.";
const model =
  "Model change: a new version behind the same name, a new default, or a fallback that took over. Compare models.";
const prompt = "Prompt change: it began with a release, and tokens per request changed with it.";
const retrieval = "Retrieval: an index was rebuilt or emptied, or more and longer passages fill the prompt.";
const rateLimit =
  "Rate limit: status rate_limited grows, retries with it. A quota was lowered, or another feature uses it up.";
const loop =
  "Runaway loop: an agent, a retry or a job calls again and again. Requests of one feature or tenant grow out of proportion.";

/** What a runbook says of an SLO's alerts by what the SLO is about. */
interface Advice {
  readonly impact: string;
  /** Likeliest first. */
  readonly causes: readonly string[];
  /** What helps soonest first. */
  readonly mitigation: readonly string[];
}

export const burnAdvice: Readonly<Record<SloCategory, Advice>> = {
  slo: {
    impact:
      "Critical: users get errors or wait right now, and much of the budget is gone within hours. Warning: few notice, but the objective will be missed if nothing changes.",
    causes: [provider, rateLimit, prompt, model, retrieval, loop],
    mitigation: [
      "Roll back the change that began it: prompt, model, retrieval, key or limit.",
      "Where it is a provider or a model, move traffic to another one. Move little first, and watch its rate limit.",
      "Where it is load, stop the loop, delay batches and evaluations, and shed what matters least.",
      "If it isn't yours, open a ticket with the provider, and tell users.",
    ],
  },
  quality: {
    impact:
      "Users get answers that are wrong or can't be used. No request fails because of it, so that nothing else tells, and few users do.",
    causes: [
      prompt,
      model,
      retrieval,
      "Judge: the evaluator's own model or prompt changed. Judge a few items by hand before you believe it.",
      "Traffic: users ask something new, in another language or of another length.",
    ],
    mitigation: [
      "Roll back the prompt, or the release, that it began with.",
      "Pin the model to the version before, or move traffic to the model that was there.",
      "Where retrieval finds nothing, bring back the index of before, and let the feature say that it doesn't know.",
      "Where wrong answers do harm, switch the feature off or put a person between it and the user until it is good again.",
      "Where it is the judge, bring back its prompt and model, and say so to those who were paged.",
    ],
  },
  cost: {
    impact: "No user notices. Requests cost more than they are meant to, and the bill grows for as long as it lasts.",
    causes: [
      loop,
      prompt,
      retrieval,
      model,
      "Caching: cached prompts are no longer recognised, so that every token is paid in full.",
    ],
    mitigation: [
      "Stop what isn't meant: a runaway job, a retry loop, a key in wrong hands.",
      "Lower the limits on tokens, on steps of an agent, on passages from retrieval.",
      "Move traffic to a cheaper model, switch caching back on, or shed what matters least.",
      "Roll back the change that began it: prompt, model or retrieval.",
    ],
  },
};
