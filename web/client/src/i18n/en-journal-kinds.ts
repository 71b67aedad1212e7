/** What the journal says of kinds of entries that came later, of others and of oneself. */
export const laterKinds = {
  document_grant: '{{actor}} gave access to chosen documents',
  described: '{{actor}} updated the entry of “{{subject}}”',
  deposit: '{{actor}} deposited “{{subject}}”',
  restoral: '{{actor}} brought “{{subject}}” back',
  sections: '{{actor}} changed the list of sections',
  section_terms: '{{actor}} set how long sections may be added to',
  share_update: '{{actor}} updated the share “{{subject}}”',
  settings: '{{actor}} changed the settings of the vault',
  renewal_request: '{{actor}} asked that an access go on',
  renewal_refusal: '{{actor}} refused to renew an access',
  block: '{{actor}} blocked a professional',
  unblock: '{{actor}} unblocked a professional',
};

export const laterKindsSelf = {
  document_grant: 'You gave access to chosen documents',
  described: 'Your device updated the entry of “{{subject}}”',
  deposit: 'You deposited “{{subject}}”',
  restoral: 'You brought “{{subject}}” back',
  sections: 'You changed the list of sections',
  section_terms: 'Your device set how long sections may be added to',
  share_update: 'You updated the share “{{subject}}”',
  settings: 'You changed the settings of the vault',
  renewal_request: 'You asked that an access go on',
  renewal_refusal: 'You refused to renew an access',
  block: 'You blocked a professional',
  unblock: 'You unblocked a professional',
};
