using RemoteShell.Server.Audit;

namespace RemoteShell.Server.Tests.Audit;

public class RefusalBudgetTests
{
    [Fact]
    public void Refusals_beyond_the_budget_of_a_minute_are_counted_and_told_in_the_next_one()
    {
        var clock = new SetClock();
        var budget = new RefusalBudget(clock);
        for (int i = 0; i < RefusalBudget.LinesOfMinute; i++)
            Assert.Equal(0, budget.Take());
        for (int i = 0; i < 7; i++)
            Assert.Null(budget.Take());
        clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(7, budget.Take());
        Assert.Equal(0, budget.Take());
    }
}
