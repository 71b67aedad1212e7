/** The host's maintenance, as any answer to any tab of this browser told it last (api/host_state.ts). */
import { useEffect, useState } from 'react';
import { watchHostState, type HostState } from '../api/host_state.ts';
import { HostNotice } from '../ui/components/HostNotice';

export function Maintenance() {
  const [state, setState] = useState<HostState>({ open: true });
  useEffect(() => watchHostState(setState), []);
  if (state.open) return null;
  return <HostNotice until={state.until === undefined ? undefined : new Date(state.until * 1000)} />;
}
