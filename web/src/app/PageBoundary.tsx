import { Component, type ReactNode } from 'react';
import { PageFailed } from './PageFailed';

interface PageBoundaryProps {
  /** Another value clears the failure: the user went elsewhere. */
  page: string;
  children: ReactNode;
}

/** Keeps a page's failure to the page: the list of chats beside it goes on working. */
export class PageBoundary extends Component<PageBoundaryProps, { error: unknown; page: string }> {
  override state = { error: null as unknown, page: this.props.page };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(
    { page }: PageBoundaryProps,
    state: { error: unknown; page: string },
  ) {
    return page === state.page ? null : { error: null, page };
  }

  override render() {
    return this.state.error ? <PageFailed error={this.state.error} /> : this.props.children;
  }
}
