/** Keeps what fails while a page is drawn, its first request included, from taking the shell with it. */

import { useQuery, useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';

import { Unreachable } from '../api/envelope';
import { runtime } from '../api/keys';
import { Failure } from './Failure';

export function Boundary({ children }: { children: ReactNode }) {
  const { reset } = useQueryErrorResetBoundary();
  // The shell keeps asking how the server is; this only listens.
  const { dataUpdatedAt } = useQuery({ ...runtime, enabled: false });
  return (
    <Catcher onRetry={reset} answeredAt={dataUpdatedAt}>
      {children}
    </Catcher>
  );
}

interface CatcherProps {
  children: ReactNode;
  onRetry: () => void;
  /** When the server last gave a sign of life. */
  answeredAt: number;
}

class Catcher extends Component<CatcherProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  /** A page that failed because the server was silent comes back with it. */
  override componentDidUpdate(before: CatcherProps): void {
    const recovered = this.props.answeredAt > before.answeredAt;
    if (recovered && this.state.error instanceof Unreachable) this.retry();
  }

  private readonly retry = () => {
    this.props.onRetry();
    this.setState({ error: undefined });
  };

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Failure title="This page cannot be shown" error={error} onRetry={this.retry} />;
  }
}
