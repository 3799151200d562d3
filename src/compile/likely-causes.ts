// What an alert about an LLM feature turns out to be most often, and by what to know it: part of its runbook.
import type { AlertCategory } from "../plan/plan.ts";

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

/** Likeliest first. Nothing for categories whose alerts each have causes of their own. */
export const likelyCauses: Readonly<Record<AlertCategory, readonly string[]>> = {
  slo: [provider, rateLimit, prompt, model, retrieval, loop],
  quality: [
    prompt,
    model,
    retrieval,
    "Judge: the evaluator's own model or prompt changed. Judge a few items by hand before you believe it.",
    "Traffic: users ask something new, in another language or of another length.",
  ],
  cost: [
    loop,
    prompt,
    retrieval,
    model,
    "Caching: cached prompts are no longer recognised, so that every token is paid in full.",
  ],
  "no-data": [],
  platform: [],
};
