/** Keeps what fails while a page is drawn, its first request included, from taking the shell with it. */

import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';

import { Failure } from './Failure';

export function Boundary({ children }: { children: ReactNode }) {
  const { reset } = useQueryErrorResetBoundary();
  return <Catcher onRetry={reset}>{children}</Catcher>;
}

interface CatcherProps {
  children: ReactNode;
  onRetry: () => void;
}

class Catcher extends Component<CatcherProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const retry = () => {
      this.props.onRetry();
      this.setState({ error: undefined });
    };
    return <Failure title="This page cannot be shown" error={error} onRetry={retry} />;
  }
}
