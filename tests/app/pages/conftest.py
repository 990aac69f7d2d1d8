"""Pages with rows behind them: visits in any state, people anywhere, and somebody signed in."""
