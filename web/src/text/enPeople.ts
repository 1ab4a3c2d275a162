/** People, their roles and the trail of what they did, in English. */

import type { PeopleText } from './zhPeople';

export const enPeople: PeopleText = {
  roles: { view: 'views', edit: 'edits', manage: 'manages', none: 'no role' },
  mayHere: (name, role) => `What ${name} may here: ${role}`,
  signOut: 'Sign out',
  trail: 'Trail',
  showTrail: 'Who did what, and when',
  asWorkbook: 'As a workbook',
  whole: (n) => `${n} rows, each as it was written`,
  broken: (n) =>
    `Row ${n} is not as it was written: rows were changed or taken out; hold them against a backup`,
  unnamed: '(not named)',
  nothing: 'Nothing yet',
  more: 'Earlier rows',
};
