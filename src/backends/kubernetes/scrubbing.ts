// Personal data, as RE2 expressions that the collector masks. Each asks for the form people write, so that ids and numbers of traces stay.
import type { Scrubbable } from "../../plan/components.ts";

const expressions: Readonly<Record<Scrubbable, readonly string[]>> = {
  email: ["[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}"],
  // With a country code, or three groups as in North America.
  phone: [
    "\\+[1-9][0-9]{0,2}[ .-]?\\(?[0-9]{1,4}\\)?([ .-]?[0-9]{2,4}){2,4}\\b",
    "\\(?\\b[2-9][0-9]{2}\\)?[ .-][0-9]{3}[ .-][0-9]{4}\\b",
  ],
  // United States, United Kingdom, Spain, Korea, France; and bank accounts (IBAN).
  "national-id": [
    "\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b",
    "\\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\\b",
    "\\b[0-9]{8}-?[A-HJ-NP-TV-Z]\\b",
    "\\b[0-9]{6}-[1-4][0-9]{6}\\b",
    "\\b[12] ?[0-9]{2} ?(0[1-9]|1[0-2]) ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\\b",
    "\\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?\\b",
  ],
  // Visa, Mastercard, American Express, Discover.
  card: [
    "\\b(4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6011|65[0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}\\b",
    "\\b3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}\\b",
  ],
  // Providers of models, clouds, forges, chat; bearer tokens; private keys.
  key: [
    "\\b(sk|pk|rk)-[A-Za-z0-9_-]{16,}",
    "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b",
    "\\bAIza[0-9A-Za-z_-]{35}",
    "\\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,})",
    "\\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "\\bhf_[A-Za-z0-9]{30,}",
    "\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+",
    "(?i)\\bbearer [a-z0-9._~+/=-]{16,}",
    "-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?",
  ],
};

/** Attributes whose value is a key whatever it looks like, by their name. */
const keyNames =
  "(?i)(^|[._-])(authorization|proxy[_-]authorization|api[_-]?key|password|passwd|secret|cookie|set[_-]cookie)$";

/** The names of attributes whose values are masked, as RE2. */
export function maskedKeys(scrub: readonly Scrubbable[]): readonly string[] {
  return scrub.includes("key") ? [keyNames] : [];
}

/** What is masked, as RE2. */
export function masked(scrub: readonly Scrubbable[], own: readonly string[]): readonly string[] {
  return [...scrub.flatMap((kind) => expressions[kind]), ...own];
}
