/**
 * When a vault may hold something that this page does not show: another tab changed it, or nobody looked at the page for a while.
 *
 * Tabs of one browser share the session, but no engine and no key: each asks the server for what is new by itself. Nothing goes between
 * them but the identifier of the vault.
 */
import { createContext, use, useEffect, useState } from 'react';
import type { ReactNode } from 'react';

const NAME = 'coffre-news';
/** Milliseconds: of a thousand documents that another tab adds, not each is asked for by itself. */
const PAUSE = 500;

/** What tabs tell each other. */
export class News {
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(vault: string) => void>();

  constructor(channel: BroadcastChannel) {
    this.channel = channel;
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') for (const listener of this.listeners) listener(data);
    };
  }

  /** This tab changed a vault. */
  tell(vault: string): void {
    this.channel.postMessage(vault);
  }

  /** Calls `listener` when another tab did. What comes back ends that. */
  hear(listener: (vault: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

const Context = createContext<News | null>(null);

export function NewsProvider({ children }: { readonly children: ReactNode }) {
  const [news] = useState(() => new News(new BroadcastChannel(NAME)));
  return <Context value={news}>{children}</Context>;
}

export function useNews(): News {
  const news = use(Context);
  if (news === null) throw new Error('no news around this component');
  return news;
}

/** Calls `onNews`, which must be stable, when the page's vault may have changed. */
export function useFresh(vault: string, onNews: () => void): void {
  const news = useNews();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        onNews();
      }, PAUSE);
    };
    const leave = news.hear((changed) => {
      if (changed === vault) soon();
    });
    const look = () => {
      if (document.visibilityState === 'visible') soon();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      leave();
      document.removeEventListener('visibilitychange', look);
    };
  }, [news, vault, onNews]);
}
