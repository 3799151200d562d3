// The plan's teams and receivers to one Alertmanager configuration.
import { stringify } from "yaml";
import { type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { inhibitions } from "./inhibitions.ts";
import { receiverObject, secretFile } from "./receivers.ts";
import { routeTree } from "./routes.ts";

function smtpSettings({ smtp }: StackPlan): object {
  if (!smtp) return {};
  const login =
    smtp.username === undefined
      ? {}
      : { smtp_auth_username: smtp.username, smtp_auth_password_file: secretFile(smtp.secretKey) };
  return { global: { smtp_smarthost: smtp.smarthost, smtp_from: smtp.from, ...login } };
}

/** The configuration as `alertmanager/alertmanager.yaml`. It holds no secret: each is a file read when a message is sent. */
export function alertmanagerFiles(plan: Plan): readonly GeneratedFile[] {
  const config = {
    ...smtpSettings(plan.stack),
    route: routeTree(plan),
    inhibit_rules: inhibitions,
    receivers: plan.receivers.map(receiverObject),
  };
  const content = generatedHeader + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
  return [{ path: "alertmanager/alertmanager.yaml", content }];
}
