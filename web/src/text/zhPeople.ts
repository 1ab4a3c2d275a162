/** People, their roles and the trail of what they did, in Chinese. */

export const zhPeople = {
  roles: { view: '看', edit: '编', manage: '管', none: '无权限' } as Record<string, string>,
  mayHere: (name: string, role: string) => `${name}在此的权限：${role}`,
  signOut: '退出',
  trail: '操作记录',
  showTrail: '查看谁在何时做了什么',
  asWorkbook: '导出表格',
  whole: (n: string) => `共 ${n} 条，逐条核对无改动`,
  broken: (n: string) => `第 ${n} 条与写下时不符：记录被改动或删减，请与备份核对`,
  unnamed: '（未署名）',
  nothing: '还没有记录',
  more: '更早的记录',
};

export type PeopleText = typeof zhPeople;
