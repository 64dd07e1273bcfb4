from femr.page.about import about
