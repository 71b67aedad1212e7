/** Shows an error page where a page failed to load or to draw, instead of nothing. */
import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorPage } from '../ui/pages/ErrorPage';

interface State {
  readonly failed: boolean;
}

export class Failures extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    // A page whose code is gone after an update is found again by loading the app anew.
    return this.state.failed ? <ErrorPage onReload={() => location.reload()} /> : this.props.children;
  }
}
