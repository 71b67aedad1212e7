/** The host's maintenance, as any answer to any tab of this browser told it last (api/host_state.ts). */
import { useEffect, useState } from 'react';
import { watchHostState, type HostState } from '../api/host_state.ts';
import { useContact } from './contact';
import { HostNotice } from '../ui/components/HostNotice';

export function Maintenance() {
  const [state, setState] = useState<HostState>({ open: true });
  useEffect(() => watchHostState(setState), []);
  const contact = useContact(!state.open);
  if (state.open) return null;
  const until = state.until === undefined ? undefined : new Date(state.until * 1000);
  return <HostNotice until={until} still={state.still} contact={contact} />;
}
