/** Names of the codes that the server sends: verdicts, changes, states of a run, kinds of note and of rule. */

import type { Change, Label, RuleEntry, Status, Verdict } from '../api/types';

export const verdicts: Record<Verdict, Label> = {
  pass: { zh: '符合', en: 'Meets' },
  warn: { zh: '宜改进', en: 'Advisory' },
  fail: { zh: '不符合', en: 'Fails' },
  overdue: { zh: '逾期', en: 'Overdue' },
  undetermined: { zh: '待核', en: 'Undetermined' },
};

export const changes: Record<Change, Label> = {
  gained: { zh: '改善', en: 'Better' },
  new: { zh: '新增', en: 'New' },
  changed: { zh: '变化', en: 'Changed' },
  gone: { zh: '消失', en: 'Gone' },
  lost: { zh: '变差', en: 'Worse' },
};

/** Stands where a place or a check is on one side of a comparison only. */
export const noClass: Label = { zh: '（无）', en: '(none)' };

export const statuses: Record<Status, Label> = {
  accepted: { zh: '排队', en: 'Waiting' },
  running: { zh: '运行中', en: 'Running' },
  successful: { zh: '完成', en: 'Done' },
  failed: { zh: '未完成', en: 'Failed' },
  dismissed: { zh: '已中止', en: 'Stopped' },
};

export const severities: Record<'info' | 'warning' | 'leftout', Label> = {
  info: { zh: '提示', en: 'Info' },
  warning: { zh: '警告', en: 'Warning' },
  leftout: { zh: '未采用', en: 'Left out' },
};

export const forces: Record<RuleEntry['force'], Label> = {
  shall: { zh: '应', en: 'shall' },
  should: { zh: '宜', en: 'should' },
  may: { zh: '可', en: 'may' },
  policy: { zh: '政策', en: 'policy' },
  default: { zh: '默认值', en: 'default' },
};
